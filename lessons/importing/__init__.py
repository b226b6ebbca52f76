"""An article that somebody wrote elsewhere, read into a draft lesson.

`reading`, `words`, `inline`, `outline`, `plain`, `markdown` and `article` are pure: bytes or text in, an `Article` out.
`drafts` is the bridge that writes an `Article` down as a draft lesson, and `wording` says in sentences what was found.
"""
