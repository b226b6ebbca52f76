"""What marks and answers amount to: of an assignment, of a student over the term, of a class by skills.

Each is one finished, frozen value, built in a fixed number of queries. Only grades that were returned are in any of
them; who is excused is outside; nought, missing, excused and not scored are four different things.
"""

from assignments.reports.assignment import AssignmentReport, assignment_report
from assignments.reports.items import Silence

__all__ = ["AssignmentReport", "Silence", "assignment_report"]
