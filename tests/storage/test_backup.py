from __future__ import annotations

import pytest

from storage import log
from storage.backup import copy_to
from storage.database import FILE_NAME, Database
from storage.errors import StoreNotWritable
from storage.verify import verify

pytestmark = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


@pytest.mark.promise("O2")
async def test_a_copy_of_a_live_store_is_whole_and_of_one_moment(
    store, database, submission, notes, tmp_path
):
    await store.submit([submission(b"%d" % n) for n in range(50)])
    (tmp_path / "copy").mkdir()
    copy_to(database, tmp_path / "copy" / FILE_NAME)
    await store.submit([submission(b"after")])
    assert [path.name for path in (tmp_path / "copy").iterdir()] == [FILE_NAME]
    with Database.open(tmp_path / "copy") as copy, copy.read() as db:
        assert [row.data for row in log.tail(db, notes[0], 0)] == [b"%d" % n for n in range(50)]
        assert verify(db).findings == ()


def test_a_copy_replaces_nothing(database, tmp_path):
    (tmp_path / "there").write_text("mine")
    with pytest.raises(StoreNotWritable, match="it exists already"):
        copy_to(database, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"


def test_a_copy_that_fails_leaves_nothing_behind(database, tmp_path):
    with pytest.raises(StoreNotWritable):
        copy_to(database, tmp_path / "no folder" / "copy")
