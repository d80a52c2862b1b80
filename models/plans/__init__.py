"""Plans: as rows by the month, packed and read back whole, with the catalogue they name."""
