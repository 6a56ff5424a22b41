// Ce que lisent les membres qui connectent un boîtier par son code.
import type { box as english } from './en-box';

export const box: typeof english = {
  'activate.title': 'Connecter un boîtier',
  'activate.lead': 'Saisissez le code que votre téléviseur affiche.',
  'activate.code': 'Code',
  'activate.codeHint': 'Huit lettres. Majuscules, espaces et tirets ne comptent pas.',
  'activate.codeBad': 'Un code a huit lettres, toutes des consonnes. Regardez à nouveau l’écran.',
  'activate.continue': 'Continuer',
  'activate.signIn':
    'Connectez-vous d’abord. La question vous est posée ensuite ; le code est gardé entre-temps.',
  'activate.ask': 'Est-ce le code de votre écran ?',
  'activate.which': 'Le boîtier qui demande à se connecter :',
  'activate.name': 'Nom',
  'activate.model': 'Modèle',
  'activate.program': 'Application',
  'activate.place': 'Demande depuis',
  'activate.placeUnknown': 'un lieu inconnu',
  'activate.when': 'Demandé à',
  'activate.near': 'Il est sur le même réseau que vous.',
  'activate.far':
    'Il est sur un autre réseau que vous. C’est courant quand votre téléphone utilise les données mobiles. Si quelqu’un vous a envoyé ce code, refusez : cette personne regarderait avec votre compte.',
  'activate.next':
    'Si vous acceptez, le boîtier est connecté à votre compte ({email}). Il utilise votre abonnement et montre vos profils et ce qu’ils ont regardé. Il ne reçoit aucun mot de passe, et vous pouvez le déconnecter à tout moment sous Appareils.',
  'activate.allow': 'Accepter',
  'activate.refuse': 'Refuser',
  'activate.allowed': 'Votre boîtier se connecte',
  'activate.allowedMore': 'Cela prend quelques secondes. Laissez-le allumé.',
  'activate.late': 'Le boîtier n’est pas revenu. Vérifiez qu’il est encore allumé.',
  'activate.done': 'Votre boîtier est connecté',
  'activate.doneMore':
    'Il demande maintenant qui regarde. Vous le trouvez dans votre compte sous Appareils, où vous pouvez le déconnecter.',
  'activate.refused': 'Le boîtier a été refusé',
  'activate.refusedMore': 'Il n’a pas été connecté à votre compte.',
  'activate.profile': 'Ce profil ne peut pas connecter de boîtier',
  'activate.profileMore': 'Quelqu’un avec un profil pour adultes doit le faire.',
  'activate.profiles': 'Choisir un autre profil',
  'activate.another': 'Saisir un autre code',
  'devices.by': 'par {partner}',
  'problem.device-code':
    'Aucun boîtier n’affiche ce code en ce moment. Regardez son écran : il en affiche un nouveau après 15 minutes.',
};
