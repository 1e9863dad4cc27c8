"""The papers that a landlord hands over, as PDF. The words are in `words`, the look in `page`."""
