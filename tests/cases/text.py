"""How terms are written, what is no running text, and what only the site could read."""

# How a term appears in a sentence, where that is more than its name and an s.
FORMS = {
    "Back-propagation through time": r"(?<!truncated )(back-propagation through time|BPTT)",
    "Batch": "batch(es)?",
    "Bidirectional layer": "bidirectional",
    "Cell": "(is a|recurrent|LSTM|GRU) cell",  # notebooks have cells too
    "Clipping": "clip(s|ped|ping)?",
    "Encoder–decoder": "encoder",
    "Exploding gradient": "exploding gradients?|gradients? (that )?(explodes?|grows?)",
    "Gate": "gates?|gated",
    "Gradient": "(?<!exploding )(?<!vanishing )gradients?",
    "Kernel": "(?<!recurrent )kernels?",
    "Leak": "leak(s|ed|ing)?",
    "Loss": "loss(es)?",
    "Mask": "mask(s|ed|ing)?",
    "Orthogonal matrix": "orthogonal",
    "Padding": "pad(s|ded|ding)?",
    "R2": r"R²|\$R\^2\$",
    "Stateful layer": "stateful",
    "Truncated BPTT": "truncated (BPTT|back-propagation)",
    "Unrolling": "unroll(s|ed|ing)?",
    "Vanishing gradient": "vanishing gradients?|gradients? vanish(es)?",
}
NO_PROSE = [
    r"^(?:[#|]|After this chapter|\*You need)[^\n]*$",  # titles, tables, the list at the top
    r"^```.*?^```$",
    r"^\*\*Figure \d+\.\*\*(?:[^\n]+\n?)*",
    r"\$\$.*?\$\$",
    r"\$[^$]*\$",
    r"`[^`]*`",
    r"<summary>.*?</summary>",
    r"!?\[[^\]]*\]\((?!glossary)[^)]*\)",  # links to other places
    r"\(glossary\.md[^)]*\)",
]
# What only the site's own reader of Markdown understands.
RAW = {
    "a fenced directive": r"^\s*(```|~~~)\{",
    "a directive": r"^\s*:::",
    "a role": r"\{[\w:+-]+\}`",
    "the name of a role or directive": r"\{(eq|numref|ref|doc|term|cite|figure|math|note)\b[^}]*\}",
    "a label": r"^\([\w-]+\)=\s*$",
    "a labelled equation": r"\$\$ *\([\w-]+\)",
    "attributes": r"[)\]`]\{[.#\w]",
    "a substitution": r"\{\{",
    "a comment": r"^%|^\+\+\+",
    "a footnote or a key": r"\[[\^@]",
    "a link without text": r"(?<!!)\[\]\(",
}
