"""Coming to a hall: times booked beforehand, numbers taken there, and who is called to which window (预约、取号、叫号)."""
