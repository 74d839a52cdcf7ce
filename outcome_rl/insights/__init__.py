"""What goes with answers in a file of emails: counted and compared, without any model of language."""
