"""Forms for any language model: a line as an object that says which tokens may come next, and the search that writes
with it.

`line_form.LineForm` is the object; `english.EnglishLines` and `chinese.ChineseLines` make one for each line of a plan over
the tokens of any tokenizer; `particles.draw_lines` writes lines under it; `poems.write_poem` a poem.
"""
