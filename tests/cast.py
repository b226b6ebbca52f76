"""The people of the tests: two rooms that must never see into each other."""

from dataclasses import dataclass

from accounts.models import Classroom, Membership, School, User

PASSWORD = "correct horse battery"


@dataclass
class Cast:
    """Room A: owner, co-teacher, assistant, two students and one who left. Room B, of another school, has its own."""

    school: School
    other_school: School
    room: Classroom
    other_room: Classroom
    teacher: User
    co_teacher: User
    assistant: User
    student: User
    classmate: User
    removed: User
    other_teacher: User
    other_student: User
    stranger: User
    curator: User
    editor: User
    admin: User


def person(username: str, **fields: object) -> User:
    name = fields.pop("display_name", username.replace("_", " ").title())
    return User.objects.create_user(username=username, password=PASSWORD, display_name=name, **fields)


def make_cast() -> Cast:
    from django.utils import timezone

    school = School.objects.create(name="North School", zone="Europe/Warsaw")
    other_school = School.objects.create(name="South School", zone="Europe/Madrid")
    room = Classroom.objects.create(name="History 10B", zone="Europe/Warsaw", school=school)
    other_room = Classroom.objects.create(name="History 9A", zone="Europe/Madrid", school=other_school)
    cast = Cast(
        school=school,
        other_school=other_school,
        room=room,
        other_room=other_room,
        teacher=person("teacher", school=school, teaches=True),
        co_teacher=person("co_teacher", school=school, teaches=True),
        assistant=person("assistant", school=school),
        student=person("student", school=school),
        classmate=person("classmate", school=school),
        removed=person("removed", school=school),
        other_teacher=person("other_teacher", school=other_school, teaches=True),
        other_student=person("other_student", school=other_school),
        stranger=person("stranger"),
        curator=person("curator"),
        editor=person("editor"),
        admin=person("admin", is_staff=True, is_superuser=True),
    )
    for classroom, user, role in [
        (room, cast.teacher, "owner"),
        (room, cast.co_teacher, "teacher"),
        (room, cast.assistant, "assistant"),
        (room, cast.student, "student"),
        (room, cast.classmate, "student"),
        (other_room, cast.other_teacher, "owner"),
        (other_room, cast.other_student, "student"),
    ]:
        Membership.objects.create(classroom=classroom, user=user, role=role)
    Membership.objects.create(classroom=room, user=cast.removed, role="student", left_at=timezone.now())
    return cast
