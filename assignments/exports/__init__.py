"""What leaves the site as a file: boards and answers as CSV, feedback as a zip, a class as JSON; and for a student
her own work.

Every file is written while it is sent, in a number of queries that is the same for three students and for thirty, and
never holds more than a chunk of rows. Who may have one is asked by the views; that it was taken is written down here.
"""

from assignments.exports.files import File, answers, board, everything, feedback, marks, own_document, own_folder

__all__ = ["File", "answers", "board", "everything", "feedback", "marks", "own_document", "own_folder"]
