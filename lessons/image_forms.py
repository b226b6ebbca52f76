"""The upload of an image into the library."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from lessons import images
from lessons.models.media import clean_file

REASONS = {
    images.NotAnImage.code: _("Only PNG, JPEG, GIF and WebP images can be used."),
    images.ImageTooLarge.code: _("This image is too large: 20 MB and 25 megapixels are the most."),
    images.ImageBroken.code: _("This image is damaged."),
    images.HiddenContent.code: _("Something else is hidden behind this image."),
    images.ImageRefused.code: _("This image cannot be used."),
}


class CuratedImageForm(BaseImageForm):
    """Cleans the file before it is stored, and says what is wrong with it beside the field."""

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data or not upload:
            return upload
        upload.seek(0)
        try:
            return clean_file(images.clean(upload.read()))
        except images.ImageRefused as refusal:
            self.add_error("file", REASONS[refusal.code])
            return None
