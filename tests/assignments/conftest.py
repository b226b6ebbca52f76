import pytest

from assignments.models import Assignment, Submission
from tests.assignments import work
from tests.cast import Cast


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """Given to the whole room, without dates."""
    return work.make_assignment(cast)


@pytest.fixture
def submission(cast: Cast, assignment: Assignment) -> Submission:
    """The student's."""
    return work.submission_of(assignment, cast.student)
