"""Who one is, what one stores, and whether one may submit."""

from pydantic import Field

from tools.codabench.answers.answer import Answer, Text


class Account(Answer):
    """GET my_profile/."""

    username: str
    email: Text = ""


class DataSet(Answer):
    """A file that the platform keeps; `id` is what it is deleted by, `key` what everything else knows it by."""

    id: int
    key: str
    name: Text = ""
    type: Text = ""
    file_name: Text = ""
    file_size: float | None = None
    is_public: bool = False


class Permission(Answer):
    """GET can_make_submission/PHASE/. It does not look at the phase's dates."""

    can: bool
    reason: Text = ""

    @property
    def is_for_today(self) -> bool:
        """Whether it is the day's limit, which begins anew."""
        return "Reached maximum" in self.reason and "today" in self.reason

    @property
    def is_for_good(self) -> bool:
        """Whether it is the limit in all."""
        return "Reached maximum" in self.reason and not self.is_for_today


class Quota(Answer):
    """GET user_quota/: `quota` in gigabytes of 1e9 bytes, `storage_used` in bytes."""

    quota: float
    storage_used: float = 0.0

    @property
    def free_bytes(self) -> float:
        """What may still be stored."""
        return self.quota * 1e9 - self.storage_used


class Place(Answer):
    """A data set that was created, and the signed address to which its file is sent."""

    key: str
    sassy_url: str = Field(repr=False)
