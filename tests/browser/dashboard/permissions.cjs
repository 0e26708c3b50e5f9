'use strict';
// The tables of the page's dialogues for ACLs, class level permissions and protected fields.

class Permissions {
  constructor(page, hand) {
    this.page = page;
    this.hand = hand;
    this.dialogue = page.locator('[data-modal]');
  }

  // Adds a line: the name of a user or role, or of a field with pointers to users. `shown` is what the line is called then.
  async add(name, shown = name) {
    await this.hand.write(this.dialogue.getByRole('combobox'), name);
    await this.page.keyboard.press('Enter');
    await this.line(shown).waitFor();
  }

  async remove(name) {
    await this.line(name).locator('button').click();
    await this.line(name).waitFor({ state: 'detached' });
  }

  // Clicks the boxes of a line by their labels: flip('Public', 'Read', 'Write').
  async flip(name, ...rights) {
    for (const right of rights) await this.line(name).getByText(right, { exact: true }).click();
  }

  // What a line holds beside its name: its boxes, or its protected fields.
  line(name) {
    const text = `//*[normalize-space(text())="${name}"]`;
    return this.dialogue.locator(`xpath=.${text}/ancestor::div[./div/button or ./div/span[not(p)]/span][1]`);
  }

  async save(button) {
    await this.dialogue.getByRole('button', { name: button, exact: true }).click();
    await this.dialogue.waitFor({ state: 'detached' });
  }
}

module.exports = { Permissions };
