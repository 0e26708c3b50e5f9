'use strict';
// The dashboard's forms: a label on the left, what is to be filled in on the right; in a page or in a dialogue.

const CONTROLS = 'input, textarea, [role=combobox], [role=switch], button, span:empty';

class Form {
  // Anywhere on the page, or only in `within`: a dialogue.
  constructor(hand, within = hand.page) {
    this.page = hand.page;
    this.hand = hand;
    this.within = within;
  }

  // What stands beside a label: the innermost box that holds both.
  line(label) {
    const named = this.page.getByText(label, { exact: true });
    return this.within.locator('div', { has: named }).filter({ has: this.page.locator(CONTROLS) }).last();
  }

  field(label) {
    return this.line(label).locator('input, textarea').first();
  }

  write(label, text) {
    return this.hand.write(this.field(label), text);
  }

  // Opens a drop-down and takes one of its options.
  choose(label, option) {
    return this.hand.choose(this.line(label).getByRole('combobox').first(), option);
  }

  // Throws a switch.
  flip(label) {
    return this.line(label).locator('span:empty').first().click();
  }
}

module.exports = { Form };
