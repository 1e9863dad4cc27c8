"""What the person who runs this does with it: look after it, save it, hand out and erase data."""
