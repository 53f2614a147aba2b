"""Pure view models: values of the record become what a page shows. No Flask, no store, no clock, no language.

Spans are half-open UTC seconds; days and months are those of the page's time zone; shares are exact fractions.
"""
