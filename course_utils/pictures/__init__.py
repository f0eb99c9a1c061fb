"""What draws: every public function turns a record of `core` into a `Picture`."""
