'use strict';
// Files that leave the data browser and come into it.
const fs = require('node:fs');
const path = require('node:path');
const { Form } = require('./form.cjs');

class Transfers {
  // `folder` is where files for importing are put; `shot` takes a picture of each dialogue.
  constructor({ page, hand, shot, folder }) {
    Object.assign(this, { page, hand, shot, folder });
  }

  get form() {
    return new Form(this.hand, this.hand.dialog);
  }

  // Opens an entry of the menu, answers its dialogue, and gives the name and text of the file that comes.
  async export(entry, answer) {
    await this.hand.menu('Data', entry);
    await answer(this.form);
    await this.shot(entry.toLowerCase().replaceAll(' ', '-'));
    const button = this.hand.dialog.getByRole('button', { name: 'Export', exact: true });
    const [file] = await Promise.all([this.page.waitForEvent('download'), button.click()]);
    return { name: file.suggestedFilename(), text: fs.readFileSync(await file.path(), 'utf8') };
  }

  // Chooses a file of that text, answers the dialogue, and waits until it says what came of it.
  async import(name, text, { answer = () => {}, outcome }) {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, text);
    await this.hand.menu('Data', 'Import');
    const field = this.hand.dialog.locator('input[type=file]');
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), field.click()]);
    await chooser.setFiles(file);
    await this.hand.dialog.getByText(name).waitFor();
    await answer(this.form);
    await this.shot(name.replace('.', '-'));
    await this.hand.dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await this.hand.dialog.getByText(outcome).waitFor();
    await this.shot('outcome');
    await this.hand.press('Done');
  }
}

module.exports = { Transfers };
