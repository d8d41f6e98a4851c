"""Echoes of the browser are told from choices."""

from f1tools.ui.session.widget_echo import WidgetEcho


def test_what_a_widget_displays_is_not_a_choice() -> None:
    """The displayed value is an echo; another value, an emptied widget and an unknown widget are choices."""
    echo = WidgetEcho()
    assert echo.is_choice("slider", 0.5)
    echo.set("slider", 0.5)
    echo.note_rerun()
    assert not echo.is_choice("slider", 0.5)
    assert echo.is_choice("slider", 0.6)
    assert echo.is_choice("slider", None)


def test_the_previous_value_is_an_echo_only_while_the_page_polls() -> None:
    """After a change the browser may send the value before it, but only when the page reruns by itself."""
    echo = WidgetEcho()
    for value in (0.5, 0.6):
        echo.set("slider", value)
    assert echo.is_choice("slider", 0.5)
    echo.note_rerun()
    assert not echo.is_choice("slider", 0.5)
    assert echo.is_choice("slider", 0.7)
