"""The registry as a table people keep in a spreadsheet: one row an organization, CSV or XLSX, in and out."""
