"""Faults planted in notebooks: a name, what in the file is replaced, by what, who must notice.

The file is sound.json or exercise.json, where a line ends with \\n and a quotation mark is \\".
"""

# In what is stored.
STORED = [
    ("change_a_digit", r"in 3 steps\n", r"in 4 steps\n", "::Cell"),
    ("change_a_word_beside_an_approximation", "largest gap ≈ -", "smallest gap ≈ -", "::Cell"),
    ("change_the_sign_of_an_approximation", "≈ -5", "≈ 5", "::Cell"),
    ("lose_a_line", r"a line in words\na line", "a line", "::Cell"),
    (
        "go_online",
        "< 1e-15",
        r"< 1e-15\nimport socket\n\nsocket.create_connection((\"192.0.2.1\", 80), timeout=1)",
        "::Cell",
    ),
    ("drop_the_assert", r"\nassert gap < 1e-15", "", "test_every_approximate_number_has"),
    ("assert_something_else", "gap < 1e-15", "_ == 2", "test_every_approximate_number_has"),
    ("print_a_list_after_the_sign", "≈ -5.6e-17", "≈ [-5.6e-17]", "test_one_number_follows"),
    ("forget_the_blank_after_the_sign", "≈ -5.6e-17", "≈-5.6e-17", "test_one_number_follows"),
    ("print_verdicts", r'"text": "a', r'"text": "same numbers: True\na', "test_results_are_num"),
    ("print_a_wide_line", '"text": "a', '"text": "a' + " 1" * 31, "test_outputs_are_narrow"),
    (
        "write_a_wide_line",
        "gap < 1e-15",
        "gap < 1e-15  # and a remark that no phone shows",
        "test_cells_are_short_and_narrow",
    ),
    (
        "write_a_long_cell",
        "assert gap",
        r"gap\n" * 24 + "assert gap",
        "test_cells_are_short_and_narrow",
    ),
    ("write_a_long_text", "has slope", "has slope" * 2600, "test_chapter_is_not_too_long"),
    ("forget_a_count", '"execution_count": 1', '"execution_count": null', "test_counts_show"),
    ("run_out_of_order", '"execution_count": 1', '"execution_count": 7', "test_counts_show"),
    ("store_stderr", '"stdout"', '"stderr"', "test_outputs_hold_no_stderr"),
    (
        "store_a_warning",
        r'"text": "a',
        r'"text": "x.py:1: UserWarning: careful\na',
        "test_outputs_hold_no_stderr",
    ),
    (
        "drop_alt_text",
        '"alt": "A straight line that rises from one to two."',
        "",
        "test_every_plot_has_alt_text",
    ),
    ("drop_a_caption", "**Figure 1.** ", "", "test_every_picture_has_its_numbered_caption"),
    ("drop_the_last_caption", "**Figure 2.** ", "", "test_every_picture_has_its_numbered_caption"),
    (
        "number_a_caption_twice",
        "**Figure 2.**",
        "**Figure 1.**",
        "test_every_picture_has_its_numbered_caption",
    ),
    (
        "caption_nothing",
        "slope one.",
        r"slope one.\n\n**Figure 3.** There is no third picture here.",
        "test_every_picture_has_its_numbered_caption",
    ),
    ("lose_a_drawing", "latch.svg", "gone.svg", "test_every_drawing_stands_alone"),
    ("name_no_figure", "Figure 1 shows", "Figures 1 and 3 show", "test_every_figure_and_equation"),
    ("name_no_equation", "equation (1)", "equation (2)", "test_every_figure_and_equation"),
    ("number_an_equation_wrongly", "tag{1}", "tag{2}", "test_equations_are_numbered"),
    (
        "write_a_directive",
        "slope",
        r"slope\n\n:::{note}\nNot read elsewhere.\n:::\n",
        "test_text_needs_no_extension",
    ),
    ("write_a_role", "slope", "slope {cite:p}`elman1990`", "test_text_needs_no_extension"),
    ("write_a_label", "tag{1} $$", "tag{1} $$ (one)", "test_text_needs_no_extension"),
    ("type_the_minutes", "5 minutes", "15 minutes", "test_chapter_says_what_it_gives"),
    ("change_a_standard_cell", r"%matplotlib inline\n", "", "test_standard_cells_are_the_same"),
    (
        "exempt_without_reason",
        '"c580a832", "metadata": {}',
        '"c580a832", "metadata": {"tags": ["nbval-ignore-output"]}',
        "test_exempt_cells_say_why",
    ),
    (
        "exempt_by_comment",
        "for _ in range",
        r"# NBVAL_IGNORE_OUTPUT\nfor _ in range",
        "test_exempt_cells_say_why",
    ),
    (
        "silence_warnings",
        "gap < 1e-15",
        r"gap < 1e-15\n__import__(\"warnings\").simplefilter(\"ignore\")",
        "test_no_warning_is_silenced",
    ),
    (
        "write_tex_raw_no_more",
        "gap < 1e-15",
        r"gap < 1e-15\nlabel = \"$\\tau$\"",
        "test_tex_in_strings_is_raw",
    ),
    (
        "unlink_a_term",
        "[hidden state](glossary.md#hidden-state)",
        "hidden state",
        "test_terms_are_linked",
    ),
    ("repeat_an_id", "bf472eee", "c580a832", "test_nothing_volatile_is_stored"),
    (
        "keep_times",
        '"c580a832", "metadata": {}',
        '"c580a832", "metadata": {"execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"}}',
        "test_nothing_volatile_is_stored",
    ),
    ("cut_the_language", '"file_extension": ".py", ', "", "test_nothing_volatile_is_stored"),
    ("edit_after_the_run", "plot([1, 2])", "plot([2, 1])", "test_code_is_what_was_run"),
]

# In an exercise or a quiz.
EXERCISES = [
    (
        "raise_an_error",
        "(TypeError, ValueError, OverflowError)",
        "TypeError",
        "test_nonsense_gets_a_sentence",
    ),
    ("let_nonsense_pass", "Give numbers.", "Right: whatever.", "test_nonsense_gets_a_sentence"),
    (
        "refuse_a_right_answer",
        "np.ravel(np.asarray(answer, float)).tolist()",
        "list(map(float, answer))",
        "test_answers_of_the_table",
    ),
    (
        "forget_a_hint",
        r"    (1, 2): \"Those are the inputs.\",\n",
        "",
        "test_answers_of_the_table",
    ),
    ("need_what_only_a_run_makes", "answer, SUMS", "answer, trained", "test_answers_of_the_table"),
    (
        "call_nothing_wrong",
        r"        return \"Not answered yet.\"",
        r"        return \"Not yet.\"",
        "test_nothing_is_not_answered_yet",
    ),
    (
        "answer_the_stub",
        r'"text": "Not answered yet.',
        r'"text": "Right: each state is the sum so far.',
        "test_exercise_has_its_cells",
    ),
    (
        "solve_it_wrongly",
        r'"text": "Right: each state is the sum so far.',
        r'"text": "Those are the inputs.',
        "test_exercise_has_its_cells",
    ),
    ("show_the_check", ', "jupyter": {"source_hidden": true}', "", "test_exercise_has_its_cells"),
    ("leave_the_solution_to_students", ', "solution"', "", "test_exercise_has_its_cells"),
    ("ask_three_questions", "**4. Which is it?**", "4. Which is it?", "test_quiz"),
    ("make_two_options_right", "No, for a reason.", "Right. Too.", "test_quiz"),
    ("leave_two_options", "C. The last</summary>", "The last</summary>", "test_quiz"),
]

# In the table of answers that belongs to the exercise.
TABLE = """SETUP = ""
CASES = {
    "check_sums": [
        ("[1, 3]", "Right"), ("np.array([[1], [3]])", "Right"), ("[1, 2]", "inputs"), ("3", "last"),
    ],
}
"""
TABLES = [
    ("have_no_table", TABLE, "", "test_check_has_a_table"),
    (
        "list_no_right_answer",
        '("[1, 3]", "Right"), ("np.array([[1], [3]])", "Right"), ',
        "",
        "test_check_has_a_table",
    ),
    ("list_one_wrong_answer", ', ("3", "last")', "", "test_check_has_a_table"),
]

# In the science: who notices, a chapter, the last cell that is needed, a line, what it becomes.
SCIENCE = [
    (
        "wrong_gradient_sign",
        "::Cell",
        "unrolling",
        "nudged:",
        "back = delta @ U.T",
        "back = -(delta @ U.T)",
    ),
    (
        "target_one_step_early",
        "::Cell",
        "sincos",
        "np.abs(y - targets",
        "targets = product[width:, None]",
        "targets = product[width - 1 : -1, None]",
    ),
]

# In what only a reader's machine shows.
READER = [
    ("sound", "", ""),
    (
        "count_on",
        r"plt.plot([1, 2])\nplt.show()",
        r"shown = globals().get(\"shown\", 0) + 1\nprint(shown)\nplt.plot([1, 2])\nplt.show()",
    ),
    ("draw_in_the_reader_s_style", r"\n\nplt.rcdefaults()", ""),
    ("leave_a_file", "plt.show()", r"plt.savefig(\"line.png\")\nplt.show()"),
]
