"""Pure: who is told what, and when. A ``message`` is what happened, in every language; an ``alarm`` is what a rule of the operators
makes of trouble; ``receiver`` says who of the subscribers wants which message, ``retry`` when it is tried again, ``payload`` how
programs get it, signed.
"""
