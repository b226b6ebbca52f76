"""What stands in the head of every page."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

pytestmark = pytest.mark.django_db


def head(user=None, address="/catalogue/"):
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    links = re.search(r'<nav class="nav".*?</nav>', page, re.DOTALL)[0]
    return re.findall(r"<a [^>]*>([^<]*)</a>", links), links


def test_a_visitor_finds_the_catalogue_and_the_way_in(cast, client):
    assert head()[0] == ["Catalogue"]
    page = client.get("/catalogue/").content.decode()
    assert "/account/login/?next=/catalogue/" in page
    assert "Sign out" not in page


def test_students_and_teachers_find_their_day_and_their_classes(cast):
    for person in (cast.student, cast.stranger):
        assert head(person)[0] == ["Today", "Catalogue", "Classes"]
    assert head(cast.teacher)[0] == ["Today", "Catalogue", "Classes", "My adaptations"]


def test_only_curators_are_shown_the_way_to_the_curators_desk(cast):
    cast.curator.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert head(cast.curator)[0] == ["Today", "Catalogue", "Classes", "Curate"]
    assert head(cast.admin)[0] == ["Today", "Catalogue", "Classes", "Curate", "Administration"]


def test_the_page_that_is_open_is_marked(cast):
    assert re.findall(r'aria-current="page">([^<]*)', head(cast.student)[1]) == ["Catalogue"]
    assert re.findall(r'aria-current="page">([^<]*)', head(cast.student, "/classes/")[1]) == ["Classes"]


def test_who_is_shown_what_costs_no_page_a_query(cast, queries):
    def costs(person):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        client.get("/catalogue/")
        return queries(lambda: client.get("/catalogue/"))

    cast.curator.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert costs(cast.curator) == costs(cast.student)
