"""The course folder of nbgrader: copy the folder `assignments/` and work in the copy."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "rnn"
