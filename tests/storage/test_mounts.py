from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from storage.errors import StoreOnNetwork
from storage.mounts import file_system_of, refuse_network

TABLE = r"""
/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/export /srv nfs4 rw,vers=4.2 0 0
/dev/sdb /srv/local xfs rw 0 0
//nas/notes /media/the\040notes cifs rw 0 0
tmpfs /cover tmpfs rw 0 0
pi@host:/ /cover fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/calepin", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/data", "nfs4"),
        ("/srvother", "ext4"),
        ("/srv/local/data", "xfs"),
        ("/media/the notes/data", "cifs"),
        ("/cover/data", "fuse.sshfs"),
    ],
)
def test_a_folder_is_on_the_innermost_and_latest_mount(folder, kind):
    assert file_system_of(PurePosixPath(folder), TABLE) == kind


def test_nothing_is_known_without_a_table():
    assert file_system_of(PurePosixPath("/srv"), "") is None
    refuse_network(Path("/srv"), mounts=Path("/nowhere/mounts"))


@pytest.mark.promise("L2")
def test_a_store_on_a_network_share_is_refused_with_a_sentence(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/export {tmp_path}/share nfs rw 0 0\n")
    refuse_network(tmp_path / "data", mounts=mounts)
    (tmp_path / "link").symlink_to(tmp_path / "share")
    for folder in (tmp_path / "share" / "data", tmp_path / "link"):
        with pytest.raises(StoreOnNetwork, match=r"is on a network file system \(nfs\)") as caught:
            refuse_network(folder, mounts=mounts)
        assert str(folder) in str(caught.value)
        assert "\n" not in str(caught.value)
