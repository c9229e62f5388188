from __future__ import annotations

import os
import stat

import pytest

from storage import log
from storage.backup import back_up, copy_to
from storage.database import FILE_NAME, Database
from storage.errors import BackupNotWritten
from storage.restore import restore
from storage.verify import verify

pytestmark = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
KEY = bytes(range(32))


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


@pytest.mark.promise("O2")
async def test_a_backup_holds_what_was_committed_and_the_key(
    store, database, submission, notes, tmp_path
):
    await store.submit([submission(b"%d" % n) for n in range(50)])
    file, folder = tmp_path / "one file", tmp_path / "restored"
    made = back_up(database, KEY, file, made_by="1.0")
    assert (made.rows, made.findings) == (50, ())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert restore(file, folder, key_bytes=len(KEY)) == made
    assert (folder / "secret.key").read_bytes() == KEY
    for name in ("secret.key", FILE_NAME):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    with Database.open(folder) as again, again.read() as db:
        assert [row.data for row in log.tail(db, notes[0], 0)] == [b"%d" % n for n in range(50)]


def test_a_backup_replaces_nothing(database, tmp_path):
    (tmp_path / "there").write_text("mine")
    with pytest.raises(BackupNotWritten, match="it exists already"):
        back_up(database, KEY, tmp_path / "there", made_by="1.0")
    assert (tmp_path / "there").read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing_behind(database, tmp_path):
    with pytest.raises(BackupNotWritten, match="No such file or directory"):
        back_up(database, KEY, tmp_path / "no folder" / "copy", made_by="1.0")
    long = "x" * (os.pathconf(tmp_path, "PC_NAME_MAX"))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BackupNotWritten):
        back_up(database, KEY, tmp_path / (long[:-1] + "é"), made_by="1.0")
    assert sorted(tmp_path.iterdir()) == before
