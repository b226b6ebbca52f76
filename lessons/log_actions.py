"""What curation writes into Wagtail's log besides Wagtail's own actions."""

from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

ACTIONS: dict[str, tuple[Promise, Promise]] = {
    "lessons.edition.cut": (gettext_lazy("Cut an edition"), gettext_lazy("Edition %(number)s was cut")),
    "lessons.edition.again": (
        gettext_lazy("Make an edition current again"),
        gettext_lazy("Edition %(number)s became current again"),
    ),
    "lessons.edition.key": (
        gettext_lazy("Correct an answer key"),
        gettext_lazy("The answer key of edition %(number)s was corrected"),
    ),
    "lessons.import": (gettext_lazy("Import an article"), gettext_lazy("Imported from %(file)s")),
    "lessons.import.source": (gettext_lazy("Import a source"), gettext_lazy("Imported from %(file)s")),
    "lessons.import.change": (
        gettext_lazy("Change a heading after an import"),
        gettext_lazy("“%(title)s” became: %(kind)s"),
    ),
    "lessons.copy": (
        gettext_lazy("Copy a lesson"),
        gettext_lazy("Copied from %(title)s, edition: %(number)s"),
    ),
    "lessons.erratum": (
        gettext_lazy("Announce a correction"),
        gettext_lazy("A correction was announced; editions that it is about: %(count)s"),
    ),
    "lessons.image.rights": (
        gettext_lazy("Change who may see an image"),
        gettext_lazy("May be shown to: was “%(before)s”, is “%(after)s”"),
    ),
}

KINDS = {
    "paragraph": gettext_lazy("paragraph"),
    "heading": gettext_lazy("subheading"),
    "section": gettext_lazy("section"),
}


@hooks.register("register_log_actions")
def register(registry: LogActionRegistry) -> None:
    for action, (label, sentence) in ACTIONS.items():
        registry.register_action(action)(_formatter(label, sentence))
    registry.register_action("lessons.image.words")(ImageWords)


class ImageWords(LogFormatter):
    label = gettext_lazy("Change what is said of an image")

    def format_message(self, log_entry: Any) -> str:
        changed = log_entry.data.get("changed", {})
        return " ".join(
            _("%(field)s: was “%(before)s”, is “%(after)s”.")
            % {"field": capfirst(_word_of(name)), "before": before, "after": after}
            for name, (before, after) in changed.items()
        )


def _word_of(name: str) -> str:
    from lessons.models import CuratedImage

    return str(CuratedImage._meta.get_field(name).verbose_name)


def _formatter(label: Promise, sentence: Promise) -> type[LogFormatter]:
    class Formatter(LogFormatter):
        def format_message(self, log_entry: Any) -> str:
            facts = {
                name: log_entry.data.get(name) or _("unknown") for name in ("number", "file", "title", "kind", "count")
            }
            facts["kind"] = KINDS.get(facts["kind"], facts["kind"])
            facts |= {name: _shown_to(log_entry.data.get(name, "")) for name in ("before", "after")}
            return str(sentence) % facts

    Formatter.label = label
    return Formatter


def _shown_to(code: str) -> str:
    from lessons.models import CuratedImage

    return str(dict(CuratedImage.ShownTo.choices).get(code, code))
