"""What marks and answers amount to: of an assignment, of a student over the term, of a class by skills.

Each is one finished, frozen value, built in a fixed number of queries. Only grades that were returned are in any of
them; who is excused is outside; nought, missing, excused and not scored are four different things.
"""

from assignments.reports.assignment import AssignmentReport, assignment_report
from assignments.reports.items import Silence
from assignments.reports.skills import ClassSkills, class_skills
from assignments.reports.student import StudentReport, student_report

__all__ = [
    "AssignmentReport",
    "ClassSkills",
    "Silence",
    "StudentReport",
    "assignment_report",
    "class_skills",
    "student_report",
]
