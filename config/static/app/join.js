// The secret of an invitation stands behind the # of the mail's address: take it into the form, and out of the address
// bar and the history.
const field = document.querySelector("form[data-join] input[name=code]");
const secret = location.hash.slice(1);
if (field && secret) {
  field.value = secret;
  history.replaceState(null, "", location.pathname);
  field.form.querySelector("button").focus();
}
