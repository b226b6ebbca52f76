"""A curriculum as files that people can read and mend, and the road between them and the drafts.

`files` reads YAML and says of each fault on which line it stands; `markup` is the little markup of its texts; `shapes`
says what each kind of file holds; `charts` draws the figures; `blocks` and `rows` turn records into drafts and drafts
into records; `loading` and `dumping` are what the two commands do.
"""
