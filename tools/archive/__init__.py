"""The zip (or a folder that would become one) as data: its members, and bounded reads of them. Nothing is executed."""

from tools.archive.archive import Archive, open_archive
from tools.archive.member import Member
from tools.archive.unpacking import BLOCK_BYTES
from tools.archive.zip_source import UnreadableError

__all__ = ["BLOCK_BYTES", "Archive", "Member", "UnreadableError", "open_archive"]
