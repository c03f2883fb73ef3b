from flows.environment import prepare


def test_nothing_leaves_the_machine_by_default():
    environment = {}
    prepare(environment)
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_what_the_user_set_wins():
    environment = {"PREFECT_LOGGING_LEVEL": "DEBUG"}
    prepare(environment)
    assert environment["PREFECT_LOGGING_LEVEL"] == "DEBUG"
