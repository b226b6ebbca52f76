from accounts.models import Classroom
from tests.cast import Cast


def test_neither_room_sees_the_other(cast: Cast) -> None:
    assert set(Classroom.objects.visible_to(cast.student)) == {cast.room}
    assert set(Classroom.objects.visible_to(cast.other_student)) == {cast.other_room}
    assert set(Classroom.objects.taught_by(cast.teacher)) == {cast.room}
    assert not Classroom.objects.visible_to(cast.removed).exists()
    assert not Classroom.objects.taught_by(cast.student).exists()
