"""From the columns of a table to contacts: what each column becomes, how that is found out, and how rows are mapped."""
