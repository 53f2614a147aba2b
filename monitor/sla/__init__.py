"""Pure: outages become ledgers, ledgers become statements. Percentages are exact fractions."""
