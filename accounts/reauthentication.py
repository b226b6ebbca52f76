"""Asking somebody who is signed in to say once more who she is, before something leaves with her."""

from allauth.account.internal.flows import reauthentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


def is_due(request: HttpRequest) -> bool:
    """Whether the person of this session has not said so lately: another one may sit at her computer now."""
    return not reauthentication.did_recently_reauthenticate(request)


def asked(back: str) -> HttpResponse:
    """To the page that asks, which leads `back`."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
