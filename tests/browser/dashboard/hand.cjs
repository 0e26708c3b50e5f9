'use strict';
// What a person's hand does on the dashboard's pages: gestures that several flows share. Only mouse and keyboard.

class Hand {
  constructor(page) {
    this.page = page;
    this.table = page.locator('#browser-table');
  }

  // Clicks into a field, empties it and types.
  async write(field, text) {
    await field.click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
  }

  // Sends the log-in form, and waits for the next page.
  async logIn(name, password) {
    const form = this.page.locator('form');
    await this.write(form.locator('input[name=username]'), name);
    await this.write(form.locator('input[name=password]'), password);
    const answered = this.page.waitForEvent('load');
    await this.page.keyboard.press('Enter');
    await answered;
  }

  // Opens a menu of the toolbar, and chooses in it: menu('Edit', 'Add a row').
  async menu(name, item) {
    await this.button(name).click();
    if (item) await this.page.getByText(item, { exact: true }).last().click();
  }

  // What stands in the toolbar above the rows.
  button(name) {
    return this.page.locator('a, div').filter({ has: this.page.locator(`svg + span:text-is("${name}")`) }).last();
  }

  // The dialog in front.
  get dialog() {
    return this.page.locator('[data-modal]').last();
  }

  // A line of the dialog, by its label; `field` of it takes text.
  line(label) {
    return this.dialog.getByText(label, { exact: true }).locator('xpath=ancestor::div[3]');
  }

  field(label) {
    return this.line(label).locator('input, textarea').first();
  }

  // Ends the dialog by one of its buttons, and waits until it is gone.
  async press(name) {
    const dialog = this.dialog;
    await dialog.getByRole('button', { name, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  // Chooses from a drop-down list.
  async choose(list, option) {
    await list.click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  // The head of a column.
  column(name) {
    return this.table.locator('[draggable=true]').filter({ has: this.page.locator(`div:text-is("${name}")`) });
  }

  async columns() {
    return this.table.locator('[draggable=true] > div:first-child').allTextContents();
  }

  get rows() {
    return this.table.locator('div:has(> span > input[type=checkbox])');
  }

  // The row in which that text stands in some cell; the top row without a text.
  row(text) {
    return text === undefined ? this.rows.first() : this.rows.filter({ hasText: text });
  }

  // What stands under a column in all rows, sorted.
  async under(column) {
    await this.column(column).waitFor();
    const place = (await this.columns()).indexOf(column) + 2;
    return (await this.rows.locator(`:scope > span:nth-child(${place})`).allTextContents()).sort();
  }

  // The cell of a row under a column.
  async cell(row, column) {
    await this.column(column).waitFor();
    const place = (await this.columns()).indexOf(column);
    return row.locator(':scope > span').nth(place + 1);
  }

  // Double-clicks a cell, types another text over what is there and ends with Enter.
  async overwrite(row, column, text) {
    await this.begin(row, column);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  // Opens the editor of a cell.
  async begin(row, column) {
    await (await this.cell(row, column)).dblclick();
  }

  // Goes where the arrow of a cell points: along a pointer, or to what a relation holds.
  async follow(row, column) {
    await (await this.cell(row, column)).locator('a').click();
  }

  // Filters the rows: filter(['stars', 'greater than', '2'], ['isDone', 'equals', 'True']).
  async filter(...conditions) {
    await this.menu('Filter');
    for (const [place, condition] of conditions.entries()) {
      if (place) await this.filters.getByRole('button', { name: 'Add', exact: true }).click();
      await this.condition(place, condition);
    }
    await this.filters.getByRole('button', { name: 'Apply', exact: true }).click();
    await this.button('Filtered').waitFor();
    await this.away();
    await this.filters.waitFor({ state: 'detached' });
  }

  // Clicks where nothing is, which closes what is open.
  async away() {
    await this.page.mouse.click(900, 780);
  }

  get filters() {
    return this.page.locator('#browserFilterPopover');
  }

  // One line of the filter; its last part names the class of the field, if it is another than the one on the page.
  async condition(place, [field, comparison, value, className]) {
    const line = this.filters.locator('div:has(> div > input[role=combobox])').nth(place);
    if (className) await this.suggested(line.getByRole('combobox').nth(0), className);
    await this.suggested(line.getByRole('combobox').nth(1), field);
    await line.locator(':scope > div').nth(2).locator(':scope > div').first().click();
    await this.page.locator('.chromeDropdown').getByText(comparison, { exact: true }).click();
    if (value === undefined) return;
    if (['True', 'False'].includes(value)) {
      await line.locator(':scope > div').nth(3).click();
      await this.page.locator('.chromeDropdown').getByText(value, { exact: true }).click();
      return;
    }
    await this.write(line.locator('input').last(), value);
  }

  // Types into a field that suggests what is there, and takes the suggestion.
  async suggested(field, text) {
    await field.click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
    await this.page.getByRole('listitem').filter({ hasText: new RegExp(`^${text}$`) }).click();
  }

  // What stands in the cells of lines of an ordinary table.
  async cells(lines) {
    const texts = await lines.allInnerTexts();
    return texts.map(text => text.split('\t').map(cell => cell.trim()));
  }

  // Ticks the box in front of a row.
  async tick(row) {
    await row.locator('input[type=checkbox]').click();
  }
}

module.exports = { Hand };
