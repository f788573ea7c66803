"""Any workbook as cells, safely: .xlsx, .xlsm, .xls, .xlsb and .ods, with what is odd about them (RETURN section 12).

Door: `workbook`. Nothing here knows the form.
"""
