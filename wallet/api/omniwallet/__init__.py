"""Points in the Omniwallet dialect: customers with what they have, calls that move points, lists of what moved."""
