"""Notices of more that happens to a piece of work."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0031_fill_hand_ins_that_count_again'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('assigned', 'assigned'), ('returned', 'returned'), ('recalled', 'a return was taken back'), ('rescored', 'what lateness takes off changed'), ('revise', 'to be revised'), ('kept', 'a revision ended'), ('dates', 'other dates'), ('upgraded', 'another edition'), ('excused', 'excused'), ('lifted', 'no longer excused'), ('declined', 'no more time'), ('regraded', 'marked by another edition of the rubric'), ('counted', 'another mark counts'), ('final', 'a final mark of missing work'), ('taken_back', 'due, and taken back'), ('handed_in_for', 'handed in for her'), ('handed_in_at_close', 'handed in at the close'), ('counts_again', 'counts again'), ('accepted', 'a hand-in was accepted'), ('parked', 'a hand-in waits for a decision'), ('again', 'handed in again after a return'), ('asked', 'asks about a comment'), ('more_time', 'asks for more time')], max_length=24, verbose_name='what'),
        ),
    ]
