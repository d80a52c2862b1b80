"""The languages of what people read in problems: English as it is written in the code, and Spanish."""
