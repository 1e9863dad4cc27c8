"""The custom actions: slots in, one call into lebailleur, words out.

No SQL, no arithmetic, no rule of the business. `turn` is what an action sees of a message,
`forms` asks for what is missing, and the other modules are named after the matters.
"""
