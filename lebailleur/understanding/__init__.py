"""Words to values: sums, parts, periods, days, phones, names, units. Pure functions.

English, French, Pidgin and their mix. Every reader takes the words as somebody wrote them and
returns a `reading.Reading`: a value, or why there is none and what could have been meant.
Nothing is guessed: what has two meanings has no value but candidates, so that it can be asked.
"""
