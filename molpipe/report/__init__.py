"""What leaves the program for people: the HTML report and the tables of the terminal."""
