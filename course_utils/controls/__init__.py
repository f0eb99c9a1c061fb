"""What an explorer is: controls, a record computed from their values, a picture that follows."""
