"""People and classes through REST. The contract is docs/api.md."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.api.authentication import person
from accounts.api.serializers import MeIn, MeOut
from accounts.models import User
from destalin_site.common.api import APIView, read


def _me(user: User) -> dict[str, Any]:
    school = user.school
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "locale": user.locale,
        "zone": user.zone,
        "teaches": user.teaches,
        "school": {"id": school.pk, "name": school.name} if school else None,
    }


class MeView(APIView):
    @extend_schema(operation_id="me_read", tags=["me"], responses=MeOut)
    def get(self, request: Request) -> Response:
        """The caller herself."""
        return Response(_me(person(request)))

    @extend_schema(operation_id="me_update", tags=["me"], request=MeIn, responses=MeOut)
    def patch(self, request: Request) -> Response:
        """Changes name, zone or language."""
        me = person(request)
        return Response(_me(actions.update_me(me, **read(MeIn, request), by=me)))
