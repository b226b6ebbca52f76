"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def save_user(self, request: HttpRequest, user: User, form: object, commit: bool = True) -> User:
        """Keeps the display name that the sign-up form asked for."""
        cleaned = getattr(form, "cleaned_data", {})
        user.display_name = cleaned.get("display_name") or cleaned.get("username") or ""
        return super().save_user(request, user, form, commit)
