"""The form through which images enter the library: one at a time, many at once, and from choosers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from lessons import images
from lessons.models.media import Asset, CuratedImage, clean_file

REASONS = {
    images.NotAnImage.code: _("Only PNG, JPEG, GIF and WebP images can be used."),
    images.ImageTooLarge.code: _("This image is too large: 20 MB and 25 megapixels are the most."),
    images.ImageInPieces.code: _("This image is cut into far too many pieces. Save it anew in an image program."),
    images.ImageBroken.code: _("This image is damaged and cannot be read to its end."),
    images.HiddenContent.code: _("Something else is hidden behind the end of this image."),
}


class CuratedImageField(WagtailImageField):
    """Puts a picture with nothing but its pixels in the place of the upload, or says why it cannot."""

    def to_python(self, data: Any) -> Any:
        if not data:
            return super().to_python(data)
        # Before Wagtail's own checks: they decode too, and a damaged file makes them fail instead of refuse.
        data.seek(0)
        try:
            picture = images.clean(data.read())
        except images.ImageRefused as refusal:
            raise ValidationError(REASONS[refusal.code], code=refusal.code) from refusal
        return super().to_python(clean_file(picture))


class CuratedImageForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.editor = kwargs.get("user")
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = CuratedImageField(
                label=field.label, required=field.required, widget=field.widget, help_text=field.help_text
            )

    def clean(self) -> dict[str, Any]:
        """Only who may publish opens an image that was kept in classrooms: it shows at once in published editions."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("shown_to") == CuratedImage.ShownTo.PUBLIC and not self._may_publish():
            picture = getattr(getattr(cleaned.get("file"), "file", None), "picture", None)
            digest = picture.sha256 if picture else self.instance.asset_id
            if Asset.objects.filter(pk=digest, classroom_only=True).exists():
                self.add_error(
                    "shown_to",
                    ValidationError(_("Only an editor opens what was kept in classrooms."), code="image-kept"),
                )
        return cleaned

    def _may_publish(self) -> bool:
        return self.editor is not None and bool(self.editor.has_perm("lessons.publish_lesson"))
