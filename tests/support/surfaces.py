"""What opens over the page or comes into it, and how a person gets there: the same in every language."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.projects.test_exchange import drop_folder

#: The buttons of the project menu after those of its room, in their order.
ACTIONS = ("new", "duplicate", "delete", "save", "open", "try", "import", "export", "sample")


def open_menu(page: Page) -> Locator:
    page.locator("button.project-button").click()
    menu = page.locator(".project-menu[aria-busy=false]")
    expect(menu.locator(".storage")).to_be_attached()
    expect(menu.locator(".panel-wait")).to_have_count(0)
    return menu


def press_action(page: Page, name: str) -> None:
    open_menu(page).locator("> .project-actions > button").nth(ACTIONS.index(name)).click()


def open_mistyped_code(page: Page) -> None:
    menu = open_menu(page)
    menu.locator(".room-actions button[aria-expanded]").click()
    menu.locator(".join-form input").fill("kivi-42")
    menu.locator(".join-form [type=submit]").click()
    expect(menu.locator(".join-refusal button")).to_be_visible()
    menu.locator(".join-refusal").scroll_into_view_if_needed()


def open_project_bin(page: Page) -> None:
    menu = open_menu(page)
    menu.locator(".project-bin summary").click()
    menu.locator(".bin-actions button").last.click()
    menu.locator(".project-bin").evaluate("(bin) => bin.scrollIntoView({ block: 'end' })")


def open_bin(page: Page) -> None:
    page.locator(".bin-button").click()
    expect(page.locator(".deleted-group").first).to_be_visible()


def open_look(page: Page) -> None:
    page.locator(".look-button").first.click()
    expect(page.locator(".look-emojis")).to_be_visible()


def open_import(page: Page) -> None:
    press_action(page, "import")
    expect(page.locator(".exchange-formats")).to_be_visible()


def open_import_error(page: Page, path: Path) -> None:
    open_import(page)
    with page.expect_file_chooser() as chooser:
        page.locator(".exchange .primary").click()
    chooser.value.set_files(path)
    expect(page.locator(".exchange-error")).to_be_visible()


def open_import_question(page: Page, folder: Path) -> None:
    drop_folder(page, ".classes", folder)
    expect(page.locator(".exchange-classes")).to_be_visible()


def open_export(page: Page) -> None:
    press_action(page, "export")
    expect(page.locator(".exchange .primary")).to_be_enabled()


def open_try(page: Page, folder: Path | None) -> None:
    press_action(page, "try")
    expect(page.locator(".try-adding")).to_be_visible()
    if folder and page.locator(".try-tile").count() == 0:
        drop_folder(page, "dialog.try", folder)
        expect(page.locator(".try-work")).to_have_count(0)
        expect(page.locator(".try-correct").first).to_be_visible()


def open_correction(page: Page, folder: Path) -> None:
    open_try(page, folder)
    page.locator(".try-correct").first.click()
    expect(page.locator(".menu-item").first).to_be_visible()


def open_invitation(page: Page, large: bool = False) -> None:
    if page.locator("button.room").count() == 0:
        open_menu(page).locator(".room-actions button").first.click()
        expect(page.locator("button.room")).to_be_visible()
        close(page)
    page.locator("button.room").click()
    expect(page.locator(".sharing .qr")).to_be_visible()
    if large:
        page.locator(".share-foot button").click()


def close(page: Page) -> None:
    """Close what is open, as Escape does."""
    while page.locator("dialog[open]:not(.tab-cover)").count() > 0:
        page.locator("dialog[open]").last.press("Escape")
    expect(page.locator("dialog:not(.tab-cover)")).to_have_count(0)


Opener = Callable[[Page], None]
