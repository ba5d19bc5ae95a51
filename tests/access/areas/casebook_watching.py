"""What an open page of a case asks: as the page itself."""

from tests.access.addresses import number

MATRIX = """
casebook:case_mark                      GET    draft                   404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case_mark                      GET    network                 404 404 200 200 200 200 200 200 200 404 404 404 200 404
casebook:case_mark                      GET    public                  200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:case_mark                      GET    org                     404 404 200 404 200 200 404 404 404 404 404 404 404 404
casebook:case_mark                      GET    team                    404 404 404 404 200 200 404 404 404 404 404 404 200 404
casebook:case_mark                      GET    takendown               404 404 404 404 200 200 404 404 200 404 404 404 404 404
casebook:case_mark                      GET    withdrawn               404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case_mark                      GET    written                 404 404 404 404 200 200 404 404 404 404 404 404 404 200
casebook:case_mark                      GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
"""
PLACES = {"casebook:case_mark": lambda world, thing: {"pk": number(world.cases, thing)}}
