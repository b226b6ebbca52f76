"""What can stand against an act on people and classes."""

from django.utils.translation import gettext_lazy as _

from destalin_site.common.errors import DomainError


class AppendOnly(TypeError):
    """A fault of ours, not of a person: somebody's code changes or deletes an entry of the log."""

    def __init__(self) -> None:
        super().__init__("An audit entry is never changed or deleted.")


class ClassArchived(DomainError):
    code = "class-archived"
    status = 409
    title = _("This class is archived: it can be read, and nothing in it can be changed")


class UnknownCode(DomainError):
    """Nobody's code, or that of a class which takes nobody in: the answer does not tell which."""

    code = "not-found"
    status = 404
    title = _("No class takes anybody in with this code. Check it with your teacher")


class OwnerStays(DomainError):
    code = "state-conflict"
    status = 409
    title = _("A class has one owner: hand the class to another teacher first")


class HasLeft(DomainError):
    code = "state-conflict"
    status = 409
    title = _("This student is not in the class any more")
