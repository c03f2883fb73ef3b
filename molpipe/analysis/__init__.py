"""The judgement on a row: reads model types, imports no engine."""
