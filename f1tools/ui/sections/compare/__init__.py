"""Compare: which model to take, how sure that is, and which rows it decides differently."""
